"""The price list: one file a way of pricing. Each says what has to be paid for; ``rating.price_list`` names them."""
