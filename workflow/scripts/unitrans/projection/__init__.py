"""Labels brought over to translated sentences: links between words, then spans of words."""
