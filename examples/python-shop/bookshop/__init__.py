"""A small bookshop that takes payments with OKPay.

====================  ===============================================================
``settings``          what it is told by its environment
``tables``            what it remembers; ``database`` opens that
``catalogue``         the books; ``basket`` what a visitor has chosen
``orders``            an order, from the basket to its last refund
``shop``              the parts of a running shop, in one value
``checkout``          sends a buyer to pay, and asks how it went
``record``            takes over what OKPay tells, in any order and more than once
``webhooks``          where OKPay tells it
``refunds``           gives money back, once
``takings``           what came in, by method; ``chart`` draws it
``reconcile``         compares the orders with the account at OKPay, every night
``pages``, ``office``  what buyers and the staff see; ``language`` in which words
``app``               all of it as one application; ``start`` with a gateway beside it
====================  ===============================================================
"""
