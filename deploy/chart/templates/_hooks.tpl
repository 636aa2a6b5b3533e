{{- /* The pod of a hook: the image of the injector, as an account of its own, where the pods of the injector may run. */ -}}
{{- define "sidecar-injector.hookPod" -}}
{{- $name := index . 1 -}}
{{- $args := index . 2 -}}
{{- with index . 0 -}}
automountServiceAccountToken: true
containers:
  - args:
      {{- toYaml $args | nindent 6 }}
    image: {{ include "sidecar-injector.image" . | quote }}
    imagePullPolicy: IfNotPresent
    name: sidecar-injector
    resources:
      {{- toYaml .Values.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      capabilities:
        drop:
          - ALL
      readOnlyRootFilesystem: true
    terminationMessagePolicy: FallbackToLogsOnError
enableServiceLinks: false
restartPolicy: Never
securityContext:
  runAsGroup: 65532
  runAsNonRoot: true
  runAsUser: 65532
  seccompProfile:
    type: RuntimeDefault
serviceAccountName: {{ $name }}
{{- /* Not what keeps replicas apart, which would find no node where there is one replica on each. */ -}}
{{- with .Values.affinity.nodeAffinity }}
affinity:
  nodeAffinity:
    {{- toYaml . | nindent 4 }}
{{- end }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
{{- end -}}
