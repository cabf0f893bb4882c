"""What `analyze` looks at besides the counts; `compare` takes its log for healthy by the same."""
