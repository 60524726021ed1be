"""Golden numbers computed in R, their data and scripts, and the code that compares our results with them."""
