"""Settings of reports that a person keeps under a name: which report, of whom, of which days. Nobody else sees them."""
