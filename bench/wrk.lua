-- One request over and over, as the environment says (METHOD, BODY). It is made once: what wrk costs is taken from the
-- same two cores as what it measures.
wrk.method = os.getenv("METHOD")
wrk.body = os.getenv("BODY")

dofile(os.getenv("OUTCOME"))
