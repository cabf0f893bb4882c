"""Funnel and event log in, answer out: one module per question, each the whole story on one page.

Here the rooms meet. Nothing is computed that another room could compute.
"""
