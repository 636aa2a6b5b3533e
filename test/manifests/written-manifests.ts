/** Manifests as people and programs write them, each with what public ones had that others did not. */
export const writtenManifests: Readonly<Record<string, string>> = {
  'what helm template prints': `---
# Source: web/templates/service.yaml
apiVersion: v1
kind: Service
metadata:
  name: web
  labels:
    helm.sh/chart: "web-1.2.0"
    
spec:
  ports:
    - {port: 80, targetPort: http}
---
# Source: web/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  annotations:

    checksum/config: "0644"
spec:
  template:
    metadata:
      annotations:
      labels: {"app": "web"}
    spec:
      securityContext: {}
      
      containers:
        - name: web
          securityContext:
            null
          image: "nginx:1.27"
          env:
            
            - {name: A, value: "n"}
      volumes:
      # - name: cache
      #   emptyDir: {}
---
# Source: web/templates/empty.yaml
`,
  'what kubectl prints': `apiVersion: v1
items:
- apiVersion: v1
  kind: Pod
  metadata:
    annotations:
      kubectl.kubernetes.io/last-applied-configuration: |
        {"apiVersion":"v1","kind":"Pod","metadata":{"annotations":{},"name":"web"}}
    creationTimestamp: null
    name: web
  spec:
    containers:
    - args: ["-c", 'echo "a: b" # c']
      image: nginx
      name: web
      volumeMounts:
      - mountPath: /etc
        name: etc
    volumes:
    - emptyDir: {}
      name: etc
- apiVersion: batch/v1
  kind: CronJob
  metadata:
    name: nightly
  spec:
    jobTemplate:
      spec:
        template:
          spec:
            containers:
            - name: job
              image: busybox
kind: List
metadata: {}
`,
  'anchors beside the containers': `apiVersion: v1
kind: Pod
metadata:
  name: web
  labels: &labels
    app: web
spec:
  affinity: {podAffinity: {preferred: *labels}}
  containers:
  - &first
    name: web
    image: nginx
    resources: &resources {limits: {cpu: 1e3, memory: 1_000}}
  - name: other   # the other one
    image: !!str busybox
    resources:
      <<: *resources

    # the end
`,
  'scripts in blocks': `kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db, annotations: {a: b, # first
    c: d}}
spec:
    template:
        spec:
            initContainers:
            -   name: prepare
                image: busybox
                command:
                -   sh
                -   -c
                -   |-
                    set -e

                    # not a comment
                    echo "- name: x"
                env: []
            containers:
            -   image: >-
                    registry.example.com/db@sha256:0123
                name: db
                args:
                -   "--first
                    --second"
                -   |+
                    kept


`,
  'nothing but brackets': `{
  apiVersion: v1, kind: Pod,
  metadata: { name: web, annotations: {} },
  spec: {
    containers: [
      { name: web, image: nginx, env: [ ], volumeMounts: [{ name: a, mountPath: /a }], },
    ],
  },
}
`,
  'a list in JSON': `{
    "kind": "List", "apiVersion": "v1",
    "items": [
        {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "a"}]}},
        {
            "kind": "Pod",
            "apiVersion": "v1",
            "metadata": {
                "name": "b",
                "annotations": null
            },
            "spec": {
                "volumes": [],
                "containers": [
                    {
                        "name": "b",
                        "env": [
                            { "name": "A", "value": "\\u00e9\\/" }
                        ]
                    }
                ]
            }
        }
    ]
}`,
  'lines that begin anywhere': `apiVersion: batch/v1
kind: CronJob
metadata:
  name: nightly
  annotations:
    description: 'The first line,
  and the second one.'
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
          - name: job
            image: busybox
            args: ["
          set -e;
echo done
      "]
            volumeMounts: [
            {name: a, mountPath: "/a"},
{name: b,
 mountPath: /b}
]
            env:
            - name: A
              value: "one

 two"
          volumes: [{name: a}, {name: b,
emptyDir: {
}}]
`,
  'keys with question marks, and the end of a document': `%YAML 1.1
--- # the first
? apiVersion
: v1
"kind": Pod
'metadata':
  "name": web
  annotations: ~
spec: {containers: [{name: web}]}
... # its end
---
apiVersion: v1
kind: Pod
metadata:
  name: other
spec:
  containers:
  -
    name: other
  -   # the second
    name: second
`,
};
