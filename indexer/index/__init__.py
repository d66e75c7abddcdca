"""The persistent index: its schema, the folder it lives in, and the one seam through which it is written."""
