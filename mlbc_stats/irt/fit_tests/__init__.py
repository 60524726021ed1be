"""A fitted model and its answers → tests of items and of the whole model. Read ``item_fit.py`` first."""
