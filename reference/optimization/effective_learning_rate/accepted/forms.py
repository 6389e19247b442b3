# %% sums
rate_after = r"\gamma \sum_{k=0}^{t-1} \mu^k"
rate_limit = r"\gamma' = \gamma \cdot \frac{1}{1-\mu}"
moved_after = r"\gamma \sum_{k=1}^{t} \frac{1-\mu^k}{1-\mu}"
# %% text
rate_after = "gamma*Sum(mu**k, (k, 0, t - 1))"
rate_limit = "-gamma/(mu - 1)"
moved_after = "gamma*(t*(1 - mu) - mu*(1 - mu**t))/(1 - mu)**2"
times_at_09 = 10.0
times_at_099 = "1/(1-0.99)"
rate_alternating = r"\gamma (1+\mu)^{-1}"
