"""What the market's banks say: statements read from files into lines that nothing changes afterwards."""
