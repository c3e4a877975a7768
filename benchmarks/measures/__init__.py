"""What is measured: each module returns figures for the JSON file and notes what differs."""
