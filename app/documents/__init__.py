"""Documents as PDF: set by Typst with fonts of our own, so that equal content gives equal bytes on every machine."""
