"""From canonical sales lines to a scenario: what the data says, and how well it says it.

Read in this order: `windows` (which weeks), `arrivals` (when customers come), `baskets` (what they
take and how often they return), `assortment` (prices, promotions, popularity), `forecast` (the fit
against weeks it never saw), `staffing` (tills and pickers by rule), `fit` (all of it together),
`notes` and `document` (the scenario's text), `write` (the two files). What the data lacks stands in
`template.yaml` as references into the evidence library.
"""
