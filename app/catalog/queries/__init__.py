"""Reading the catalog: `shelf` (lists of cards), `goods` (one listing), `stall` (a shop), `home`, `desk` (the seller's own)."""
