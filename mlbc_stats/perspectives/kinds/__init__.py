"""The six perspectives on fit: each takes what is asked and gives the quantity that decides. One file each."""
