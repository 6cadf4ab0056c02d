"""Our case records: the files of families as our case system gave them and transfers brought them."""
