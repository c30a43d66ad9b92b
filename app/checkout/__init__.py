"""From a cart to orders that wait for payment: the cart, live prices, the hold on stock, the choice of payment.

A *cart* names variants and quantities, never prices. *Pricing* reads it live: per seller the lines, shipping, taxes and
what stands in the way (*problems*). Promise: what is ordered is what the buyer saw, to the cent, or nothing is ordered.
"""
