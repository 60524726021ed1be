# Power of the test of close fit (MacCallum, Browne & Sugawara) and of one parameter (Satorra & Saris).

POWER <- list(
  w01_rmsea_power = function(case) {
    powers <- lapply(case$expected$power, function(row) {
      row$power <- with(row, semTools::findRMSEApower(rmsea0, rmseaA, df, n)); row })
    sizes <- lapply(case$expected$samplesize, function(row) {
      row$n <- with(row, semTools::findRMSEAsamplesize(rmsea0, rmseaA, df, power)); row })
    list(power = powers, samplesize = sizes)
  },
  w02_satorra_saris = function(case) {
    S <- unclass(fitted(sem(case$input$population_model, do.fit = FALSE))$cov)
    n <- unlist(case$input$n)
    ncp <- sapply(n, function(n) fitMeasures(sem(case$input$h0_model, sample.cov = S, sample.nobs = n,
                                                 sample.cov.rescale = FALSE), "chisq"))
    list(popcov = nested(S), ncp = as.list(unname(ncp)),
         power = as.list(unname(pchisq(qchisq(.95, 1), 1, ncp, lower.tail = FALSE))))
  })
