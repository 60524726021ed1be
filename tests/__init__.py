"""Tests of the package; `tests.reference` holds the golden numbers and the code that compares with them."""
