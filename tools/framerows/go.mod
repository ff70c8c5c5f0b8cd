module plait/tools/framerows

go 1.26.0

require github.com/go-delve/delve v1.27.2
