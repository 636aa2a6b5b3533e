// Evaluates admission policies with the API server's own code, without an API server. It reads JSON objects from standard
// input, one per line, and answers each with one on standard output; test/policy-evaluator.ts is its client.
//
//	{"policies": [...]}   compiles MutatingAdmissionPolicies, ValidatingAdmissionPolicies and their bindings, in place of
//	                      those before; the answer has errors and expressions
//	{"object": ..., "oldObject": ..., "namespace": ..., "operation": ..., "resource": ..., "kind": ...}
//	                      evaluates them; the answer is of type evaluation
//	{"default": ...}      the object with the API server's defaults
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	authenticationv1 "k8s.io/api/authentication/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
)

type line struct {
	Policies *[]json.RawMessage `json:"policies"`
	Default  json.RawMessage    `json:"default"`
	review
}

// review is what a request says; whatever is left out is that of a pod's creation, or said by the object.
type review struct {
	Object      json.RawMessage              `json:"object"`
	OldObject   json.RawMessage              `json:"oldObject"`
	Namespace   *corev1.Namespace            `json:"namespace"`
	Operation   admission.Operation          `json:"operation"`
	Resource    *metav1.GroupVersionResource `json:"resource"`
	Kind        *metav1.GroupVersionKind     `json:"kind"`
	SubResource string                       `json:"subResource"`
	DryRun      bool                         `json:"dryRun"`
	UserInfo    *authenticationv1.UserInfo   `json:"userInfo"`
}

func (r *review) operation() admission.Operation {
	if r.Operation == "" {
		return admission.Create
	}
	return r.Operation
}

func (r *review) resource() schema.GroupVersionResource {
	if r.Resource == nil {
		return corev1.SchemeGroupVersion.WithResource("pods")
	}
	return schema.GroupVersionResource(*r.Resource)
}

func (r *review) kind() schema.GroupVersionKind {
	if r.Kind != nil {
		return schema.GroupVersionKind(*r.Kind)
	}
	var typeMeta metav1.TypeMeta
	for _, object := range []json.RawMessage{r.OldObject, r.Object} {
		_ = json.Unmarshal(object, &typeMeta)
	}
	return typeMeta.GroupVersionKind()
}

type placedError struct {
	Policy string `json:"policy"`
	Place  string `json:"place"`
	Error  string `json:"error"`
	// Ignored says that nobody is refused for it: failurePolicy is Ignore, or only a message could not be made.
	Ignored bool `json:"ignored,omitempty"`
}

type expressionEntry struct {
	Policy     string `json:"policy"`
	Place      string `json:"place"`
	Characters int    `json:"characters"`
}

type costEntry struct {
	Policy string  `json:"policy"`
	Place  string  `json:"place"`
	Cost   uint64  `json:"cost"`
	Share  float64 `json:"share"`
}

type compilation struct {
	Errors      []placedError     `json:"errors"`
	Expressions []expressionEntry `json:"expressions"`
}

func main() {
	// A long-running process with large, short-lived objects: memory is cheaper here than collecting it.
	debug.SetGCPercent(400)
	input := bufio.NewReaderSize(os.Stdin, 1<<20)
	output := bufio.NewWriter(os.Stdout)
	evaluator := &evaluator{}
	for {
		text, err := input.ReadBytes('\n')
		if len(bytes.TrimSpace(text)) > 0 {
			writeAnswer(output, answerLine(evaluator, text))
		}
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

func writeAnswer(output *bufio.Writer, answer any) {
	text, err := json.Marshal(answer)
	if err != nil {
		text, _ = json.Marshal(failure(err))
	}
	_, _ = output.Write(append(text, '\n'))
	_ = output.Flush()
}

func failure(err error) map[string]string { return map[string]string{"error": err.Error()} }

// answerLine answers whatever the line is: a line that no one can read must not end those after it.
func answerLine(evaluator *evaluator, text []byte) (answer any) {
	defer func() {
		if cause := recover(); cause != nil {
			answer = failure(fmt.Errorf("panic: %v\n%s", cause, debug.Stack()))
		}
	}()
	answer, err := understandLine(evaluator, text)
	if err != nil {
		return failure(err)
	}
	return answer
}

func understandLine(evaluator *evaluator, text []byte) (any, error) {
	var request line
	if err := json.Unmarshal(text, &request); err != nil {
		return nil, err
	}
	switch {
	case request.Policies != nil:
		return evaluator.load(*request.Policies), nil
	case request.Default != nil:
		return withDefaults(request.Default)
	default:
		return evaluator.evaluate(&request.review)
	}
}

func withDefaults(data json.RawMessage) (any, error) {
	var typeMeta metav1.TypeMeta
	if err := json.Unmarshal(data, &typeMeta); err != nil {
		return nil, err
	}
	object, err := decodeObject(data)
	if err != nil {
		return nil, err
	}
	encoded, err := encodeObject(object, typeMeta.GroupVersionKind())
	return map[string]json.RawMessage{"object": encoded}, err
}
