# The cases that are not of kind sem: each function returns the stored numbers, computed again.

STATISTICS <- list(
  lrt = function(case, root) {
    fits <- lapply(unlist(case$models), function(id) stored_fit(id, root))
    options <- as_arguments(case$args)
    table <- do.call(lavTestLRT, c(list(fits[[1]]), fits[-1], options, list(model.names = unlist(case$models))))
    list(table = rows(cbind(model = rownames(table), as.data.frame(unclass(table), optional = TRUE))))
  },
  score = function(case, root) {
    tested <- lavTestScore(stored_fit(case$model, root))
    list(total = rows(tested$test), uni = rows(tested$uni))
  },
  wald = function(case, root) {
    tested <- lavTestWald(stored_fit(case$input$model, root), constraints = case$input$constraint)
    list(stat = tested$stat, df = tested$df, pvalue = tested$p.value)
  },
  indprod = function(case, root) {
    data <- read_data(case$input$data, root)
    products <- paste0(unlist(case$input$var1), ".", unlist(case$input$var2))
    one <- function(...) {
      made <- semTools::indProd(data, var1 = unlist(case$input$var1), var2 = unlist(case$input$var2), match = TRUE, ...)
      made <- made[products]
      list(head = rows(head(made, 10)), mean = as.list(colMeans(made)), sd = as.list(sapply(made, sd)))
    }
    list(doubleMC = one(meanC = TRUE, residualC = FALSE, doubleMC = TRUE),
         residualC = one(meanC = FALSE, residualC = TRUE, doubleMC = FALSE))
  },
  screening = function(case, root) {
    data <- as.matrix(read_data(case$input$data, root)[unlist(case$input$items)])
    moments <- saturated_moments(data)
    seen <- !is.na(data); pattern <- apply(seen, 1, paste, collapse = "")
    parts <- sapply(split(seq_len(nrow(data)), pattern), function(rows) {
      o <- which(seen[rows[1], ])
      d <- colMeans(data[rows, o, drop = FALSE]) - moments$mean[o]
      c(length(rows) * sum(d * solve(moments$cov[o, o, drop = FALSE], d)), length(o))
    })
    chisq <- sum(parts[1, ]); df <- sum(parts[2, ]) - ncol(data)
    list(chisq = chisq, df = df, p = pchisq(chisq, df, lower.tail = FALSE), patterns = ncol(parts))
  },
  alpha = function(case, root) list(pairwise = pairwise_alpha(case, root), listwise = listwise_alpha(case, root)),
  reliability_cfa = function(case, root) CFA_RELIABILITY[[case$id]](case, root),
  omega_efa = function(case, root) {
    data <- read_data(case$input$data, root)
    solution <- quietly(psych::omega(data[grep("^v", names(data))], nfactors = case$input$nfactors, fm = case$input$fm,
                                     plot = FALSE))
    list(omega_h = solution$omega_h, omega_tot = solution$omega.tot, alpha = solution$alpha, ECV = solution$ECV)
  },
  polychoric = function(case, root) POLYCHORIC[[case$id]](case, root),
  power = function(case, root) POWER[[case$id]](case))

stored_fit <- function(id, root) solve_case(read_json(file.path(root, "cases", paste0(id, ".json"))), root)$value

saturated_moments <- function(data) {
  model <- paste(colnames(data), "~~", colnames(data), collapse = "\n")
  fit <- call_lavaan("cfa", model, as.data.frame(data), list(missing = "ml"))
  lavInspect(fit, "sampstat")
}
