{{- /* The image: by its digest where there is one. */ -}}
{{- define "sidecar-injector.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- /* The definitions as data of a ConfigMap: those of the chart, and what the values say of each. */ -}}
{{- define "sidecar-injector.definitions" -}}
{{- $data := dict -}}
{{- range $path, $bytes := .Files.Glob "files/sidecars/*.yaml" -}}
{{- $_ := set $data (base $path) (toString $bytes) -}}
{{- end -}}
{{- range $name, $definition := .Values.sidecars -}}
{{- $file := printf "%s.yaml" $name -}}
{{- if kindIs "bool" $definition -}}
{{- $_ := unset $data $file -}}
{{- else if kindIs "string" $definition -}}
{{- $_ := set $data $file $definition -}}
{{- else -}}
{{- $_ := set $data $file (toYaml $definition) -}}
{{- end -}}
{{- end -}}
{{- toYaml $data -}}
{{- end -}}
