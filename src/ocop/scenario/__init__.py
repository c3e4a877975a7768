"""The laboratory: change the law as data, and look at what happens to products."""
