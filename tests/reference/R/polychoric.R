# Polychoric and polyserial correlations of the cases of kind polychoric.

POLYCHORIC <- list(
  p01_polychor_pairs = function(case, root) {
    data <- read_data(case$input$data, root)
    one <- function(pair) {
      x <- data[[pair[1]]]; y <- data[[pair[2]]]
      ml <- polycor::polychor(x, y, ML = TRUE, std.err = TRUE)
      list(ml = list(rho = ml$rho, se = sqrt(ml$var[1, 1]), row_cuts = as.list(unname(ml$row.cuts)), col_cuts = as.list(unname(ml$col.cuts))),
           twostep = polycor::polychor(x, y), table = lapply(seq_along(unique(x)), function(i) as.list(unname(table(x, y)[i, ]))))
    }
    list(x1_x2 = one(c("x1", "x2")), x4_x5 = one(c("x4", "x5")), x7_x9 = one(c("x7", "x9")))
  },
  p02_lavcor = function(case, root) {
    items <- unlist(case$input$items); data <- read_data(case$input$data, root)[items]
    fit <- lavCor(data, ordered = items, output = "fit")
    list(cor = nested(unclass(lavCor(data, ordered = items))), thresholds = as.list(unclass(lavInspect(fit, "sampstat")$th)))
  },
  p04_polyserial = function(case, root) {
    one <- function(text) { parts <- strsplit(text, ":")[[1]]; read_data(parts[1], root)[[parts[2]]] }
    x <- one(case$input$data[[1]]); y <- one(case$input$data[[2]])
    list(twostep = polycor::polyserial(x, y), ml = polycor::polyserial(x, y, ML = TRUE))
  })
