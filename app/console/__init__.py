"""The operator's desk: what needs the operator today, and the actions that only the operator has."""
