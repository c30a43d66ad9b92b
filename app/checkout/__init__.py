"""From cart to one order group: address, shipping, choice of payment, the 15-minute hold on stock."""
