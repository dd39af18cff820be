"""Make the documents that leave the service on paper: the sheet of a result as PDF."""
