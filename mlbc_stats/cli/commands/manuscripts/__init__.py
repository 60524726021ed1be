"""Commands about manuscripts: paper and trace."""
