"""One scale as a whole: every coefficient beside the others, and the assumption that separates α from ω."""
