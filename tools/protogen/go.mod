module plait/tools/protogen

go 1.26.0
