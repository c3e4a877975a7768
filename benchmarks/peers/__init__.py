"""The contestants: each module does the same work as a competent user of its library would."""
