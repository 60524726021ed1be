# One difference, Wald or score test of fitted models, with its arguments.

lrt <- function(args, fits) {
  got <- capture(do.call(lavTestLRT, c(unname(fits), args, list(model.names = names(fits)))))
  table <- as.data.frame(got$value)
  table <- cbind(model = rownames(table), table)
  list(args = args, table = if (is.null(got$error)) rows(table), warnings = as.list(got$warnings), error = got$error)
}

wald <- function(test, fits) {
  got <- lavTestWald(fits[[test$at]], constraints = test$constraint)
  c(test, list(stat = got$stat, df = got$df, pvalue = got$p.value))
}

score <- function(test, fits) {
  got <- capture(do.call(lavTestScore, c(list(fits[[test$at]]), test[setdiff(names(test), "at")])))
  parts <- lapply(got$value, rows)
  list(args = test, total = parts$test, uni = parts$uni, cumulative = parts$cumulative, epc = parts$epc,
       warnings = as.list(got$warnings), error = got$error)
}
