"""From files to instruments with their languages and evidence."""
