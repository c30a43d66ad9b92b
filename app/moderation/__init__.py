"""What may not be sold here, and what people report.

*Prohibited goods* are dated data: words that mark goods, per country, refused at once or looked at by the operator.
A *report* is somebody's word that goods should not be here; the operator decides it once.
"""
