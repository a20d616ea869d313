"""Hostile pages: what each kind costs, and what the others beside it notice."""
