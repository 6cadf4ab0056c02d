"""Read and write tables of texts: CSV files, workbooks, and folders and zip files of either.

`text` finds the encoding; `csv` cuts the text into records and cells; `workbook` reads the sheets of a workbook;
`parts` finds the files in folders and zip files; `write` writes tables, `whole` makes a folder appear whole.
"""
