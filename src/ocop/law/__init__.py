"""The law as data: decisions and criteria sets, read strictly from YAML."""
