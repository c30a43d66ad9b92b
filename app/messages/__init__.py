"""What a buyer and a shop write to each other, about goods or about an order.

A *thread* is between one buyer and one shop about one subject; it has two *sides*, and the shop answers as the shop. A
*guest* is a buyer without an account, who writes about an order by the link of its mail. Either side may *block* the
other and *report* a message; what is about a running order gets through a block. Orders are opaque ids here.
"""
