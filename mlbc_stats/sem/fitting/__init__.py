"""The entrance: text and data in, a result out."""
