# Fits of ordinal models that the stored cases do not hold: id = (fun, model, data, args).

HS <- "visual  =~ x1 + x2 + x3\ntextual =~ x4 + x5 + x6\nspeed   =~ x7 + x8 + x9"
ITEMS <- paste0("x", 1:9)
ORD4 <- "data/HS_ord4.csv"; BINARY <- "data/HS_bin.csv"; HOLES <- "data/HS_ord4_missing.csv"
WEIGHTED <- "data/HS_ord4_weights.csv"; GROWTH <- "data/growth_ord4.csv"
hs <- function(model = HS, ..., data = ORD4, ordered = ITEMS, fun = "cfa")
  list(fun = fun, model = model, data = data, args = c(list(ordered = ordered), list(...)))
covariates <- function(x) paste0(HS, "\nvisual + textual + speed ~ ", x)
MEDIATION <- "visual =~ x1 + x2 + x3\nx4 ~ a*visual\nx7 ~ b*x4 + c*visual\nindirect := a*b\ntotal := a*b + c"
SECOND <- paste0(HS, "\ng =~ visual + textual + speed")
LABELLED <- paste0(HS, "\nx1 | a1*t1 + a2*t2\nx2 | a1*t1 + a2*t2\nx3 | t1 + t2 + t3\nx4 | b1*t1\nx5 | b1*t1")
GROWING <- paste(c("i =~ 1*t1 + 1*t2 + 1*t3 + 1*t4", "s =~ 0*t1 + 1*t2 + 2*t3 + 3*t4", "i ~ 0*1", "s ~ 1",
  sprintf("t%d | a*t1 + b*t2 + c*t3", 1:4)), collapse = "\n")

FITS <- list(
  # estimators, standard errors and test statistics
  ulsm = hs(estimator = "ULSM"), wlsmvs = hs(estimator = "WLSMVS"), ulsmvs = hs(estimator = "ULSMVS"), uls = hs(estimator = "ULS"),
  uls_robust = hs(estimator = "ULS", se = "robust"), wls_robust = hs(estimator = "WLS", se = "robust.sem"),
  dwls_robust = hs(estimator = "DWLS", se = "robust"), dwls_sb = hs(estimator = "DWLS", test = "satorra.bentler"),
  dwls_shifted = hs(estimator = "DWLS", se = "robust", test = "scaled.shifted"),
  dwls_adjusted = hs(estimator = "DWLS", se = "robust", test = "mean.var.adjusted"),
  # kinds of items and parameterizations
  bin_theta = hs(data = BINARY, parameterization = "theta"), bin_ulsmv = hs(data = BINARY, estimator = "ULSMV"),
  bin_wls = hs(data = BINARY, estimator = "WLS"),
  mixed_theta = hs(ordered = ITEMS[4:9], parameterization = "theta"), mixed_ulsmv = hs(ordered = ITEMS[4:9], estimator = "ULSMV"),
  mixed_wls = hs(ordered = ITEMS[4:9], estimator = "WLS"), mixed_means = hs(paste0(HS, "\nx1 ~ m*1\nx2 ~ m*1"), ordered = ITEMS[4:9]),
  cov_theta = hs(covariates("sex + ageyr"), parameterization = "theta", fun = "sem"),
  cov_wls = hs(covariates("sex"), estimator = "WLS", fun = "sem"), cov_ulsmv = hs(covariates("sex + ageyr"), estimator = "ULSMV", fun = "sem"),
  cov_direct = hs(paste0(covariates("sex + ageyr"), "\nx2 ~ sex"), fun = "sem"),
  mixed_cov = hs(covariates("sex"), ordered = ITEMS[4:9], fun = "sem"),
  mixed_cov_theta = hs(covariates("sex"), ordered = ITEMS[4:9], fun = "sem", parameterization = "theta"),
  probit = hs("x1 ~ sex + ageyr", ordered = "x1", fun = "sem"),
  # kinds of models
  std_lv = hs(std.lv = TRUE), effect_coding = hs(effect.coding = "loadings"), orthogonal = hs(orthogonal = TRUE),
  second_order = hs(SECOND), second_order_theta = hs(SECOND, parameterization = "theta"),
  residual_cov = hs(paste0(HS, "\nx3 ~~ x9\nx2 ~~ x7")), residual_cov_theta = hs(paste0(HS, "\nx3 ~~ x9\nx2 ~~ x7"), parameterization = "theta"),
  equal_loadings = hs("visual =~ x1 + a*x2 + a*x3\ntextual =~ x4 + b*x5 + b*x6\nspeed =~ x7 + x8 + x9"),
  equal_loadings_theta = hs("visual =~ a*x1 + a*x2 + a*x3\ntextual =~ x4 + b*x5 + b*x6\nspeed =~ x7 + x8 + x9", parameterization = "theta"),
  defined = hs("visual =~ x1 + l2*x2 + l3*x3\nspeed =~ x7 + x8 + x9\nspeed ~ b*visual\nratio := l2/l3\nproduct := b*l2", fun = "sem"),
  labelled_thresholds = hs(LABELLED), labelled_thresholds_theta = hs(LABELLED, parameterization = "theta"),
  mediator = hs(MEDIATION, ordered = c("x1", "x2", "x3", "x4", "x7"), fun = "sem"),
  mediator_theta = hs(MEDIATION, ordered = c("x1", "x2", "x3", "x4", "x7"), fun = "sem", parameterization = "theta"),
  mediator_continuous = hs(MEDIATION, ordered = c("x1", "x2", "x3", "x4"), fun = "sem"),
  mediator_continuous_theta = hs(MEDIATION, ordered = c("x1", "x2", "x3", "x4"), fun = "sem", parameterization = "theta"),
  mediator_cov = hs("x4 ~ a*sex + ageyr\nx7 ~ b*x4 + sex\nab := a*b", ordered = c("x4", "x7"), fun = "sem"),
  mediator_cov_theta = hs("x4 ~ a*sex + ageyr\nx7 ~ b*x4 + sex\nab := a*b", ordered = c("x4", "x7"), fun = "sem", parameterization = "theta"),
  efa_geomin = hs("efa(\"e\")*f1 + efa(\"e\")*f2 + efa(\"e\")*f3 =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9", rotation = "geomin"),
  efa_oblimin = hs("efa(\"e\")*f1 + efa(\"e\")*f2 + efa(\"e\")*f3 =~ x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9", rotation = "oblimin"),
  growth_theta = hs(paste0(GROWING, "\nt1 ~~ 1*t1\nt2 ~~ NA*t2\nt3 ~~ NA*t3\nt4 ~~ NA*t4"), data = GROWTH, ordered = paste0("t", 1:4),
                    fun = "growth", parameterization = "theta"),
  growth = hs(paste0(GROWING, "\nt1 ~*~ 1*t1\nt2 ~*~ NA*t2\nt3 ~*~ NA*t3\nt4 ~*~ NA*t4"), data = GROWTH, ordered = paste0("t", 1:4), fun = "growth"),
  # missing values and weights
  listwise = hs(data = HOLES), pairwise = hs(data = HOLES, missing = "pairwise"),
  pairwise_groups = hs(data = HOLES, missing = "pairwise", group = "school"),
  mixed_pairwise = hs(data = HOLES, missing = "pairwise", ordered = ITEMS[4:9]),
  cov_pairwise = hs(covariates("sex"), data = HOLES, missing = "pairwise", fun = "sem"),
  weights = hs(data = WEIGHTED, sampling.weights = "w"), weights_groups = hs(data = WEIGHTED, sampling.weights = "w", group = "school"),
  # groups
  mimic_groups = hs(covariates("sex + ageyr"), group = "school", fun = "sem"),
  mimic_groups_thresholds = hs(covariates("sex"), group = "school", group.equal = c("thresholds", "loadings"), fun = "sem"),
  mixed_groups = hs(ordered = ITEMS[4:9], group = "school"),
  mixed_groups_thresholds = hs(ordered = ITEMS[4:9], group = "school", group.equal = c("thresholds", "loadings")),
  scales_free = hs(paste0(HS, "\nx1 | c(a1,a1)*t1 + c(a2,a2)*t2\nx1 ~*~ c(1,NA)*x1"), group = "school"),
  wls_groups = hs(group = "school", estimator = "WLS"), ulsmv_groups = hs(group = "school", estimator = "ULSMV"),
  wlsmvs_groups = hs(group = "school", estimator = "WLSMVS"), wlsm_groups_loadings = hs(group = "school", estimator = "WLSM", group.equal = "loadings"))
