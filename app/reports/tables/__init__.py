"""Reports that are tables: one statement and its columns each; page, CSV, Excel and PDF follow from these."""
