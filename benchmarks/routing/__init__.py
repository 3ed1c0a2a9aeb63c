"""The routing lab: what each chain of routing rules costs above the exact optimum.

cases      small shops with stock, lanes and a sequence of orders, from a seed
shop       one case on the real engine: routed by the kernel, or placed at named locations
plans      what an order took from where: its cost, and a check that shares nothing with the others
optimum    the cheapest plan, by scipy's MILP, and a bound for large cases, by its relaxation
policies   the chains that are compared, and the optimiser that holds orders back
rerouting  what a line costs that the picker did not find
lab        every policy on every case: regret, and what must never happen
summary    the figures of a run, as lines and as JSON
worked     one case to be drawn
picture    the figures of a run, and the worked case as a map
"""
