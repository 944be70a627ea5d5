# The table of the example: patients whose biopsy was staged, yes and no in words, gaps empty.
patients <- survival::pbc
patients <- patients[!is.na(patients$stage), ]
patients$stage <- c("early", "early", "bridging", "cirrhosis")[patients$stage]
patients$age <- round(patients$age, 1)
for (sign in c("ascites", "hepato", "spiders")) patients[[sign]] <- ifelse(patients[[sign]] == 1, "yes", "no")
patients$edema <- c("none", "treated", "persistent")[1 + 2 * patients$edema]
columns <- c(
  "id", "age", "sex", "ascites", "hepato", "spiders", "edema", "bili", "chol", "albumin",
  "copper", "alk.phos", "ast", "trig", "platelet", "protime", "stage"
)
write.csv(patients[, columns], "liver.csv", row.names = FALSE, na = "", quote = FALSE)
