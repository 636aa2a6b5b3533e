package main

import (
	"encoding/json"
	"fmt"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/util/validation/field"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/admissionregistration"
	"k8s.io/kubernetes/pkg/apis/admissionregistration/validation"
)

// strictDecoder refuses unknown fields, as "kubectl apply" does, and gives policies the API server's defaults.
var strictDecoder = serializer.NewCodecFactory(legacyscheme.Scheme, serializer.EnableStrict).UniversalDecoder()

// evaluator has the policies of the last line that had some, each kind in the order given.
type evaluator struct {
	mutating   []*mutatingPolicy
	validating []*validatingPolicy
}

// load compiles policies in place of those before. One that cannot be decoded stays out; one with errors stays in, since
// the API server, too, tells of an expression that does not compile when it should evaluate it.
func (e *evaluator) load(documents []json.RawMessage) *compilation {
	*e = evaluator{}
	result := &compilation{Errors: []placedError{}, Expressions: []expressionEntry{}}
	mutatingBindings := map[string][]*admissionregistrationv1.MutatingAdmissionPolicyBinding{}
	validatingBindings := map[string][]*admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
	for i, document := range documents {
		internal, _, err := strictDecoder.Decode(document, nil, nil)
		if err == nil {
			switch object := internal.(type) {
			case *admissionregistration.MutatingAdmissionPolicy:
				err = e.addMutating(object, result)
			case *admissionregistration.ValidatingAdmissionPolicy:
				err = e.addValidating(object, result)
			case *admissionregistration.MutatingAdmissionPolicyBinding:
				binding := versioned(object, &admissionregistrationv1.MutatingAdmissionPolicyBinding{})
				mutatingBindings[binding.Spec.PolicyName] = append(mutatingBindings[binding.Spec.PolicyName], binding)
				result.addInvalid(binding.Name, validation.ValidateMutatingAdmissionPolicyBinding(object))
			case *admissionregistration.ValidatingAdmissionPolicyBinding:
				binding := versioned(object, &admissionregistrationv1.ValidatingAdmissionPolicyBinding{})
				validatingBindings[binding.Spec.PolicyName] = append(validatingBindings[binding.Spec.PolicyName], binding)
				result.addInvalid(binding.Name, validation.ValidateValidatingAdmissionPolicyBinding(object))
			default:
				err = fmt.Errorf("%T is neither a policy nor a binding", object)
			}
		}
		if err != nil {
			result.Errors = append(result.Errors, placedError{Policy: nameIn(document), Place: fmt.Sprintf("policies[%d]", i), Error: err.Error()})
		}
	}
	e.bind(mutatingBindings, validatingBindings)
	return result
}

// bind gives each policy its bindings, which may stand before or behind it, or one that denies everywhere.
func (e *evaluator) bind(mutating map[string][]*admissionregistrationv1.MutatingAdmissionPolicyBinding, validating map[string][]*admissionregistrationv1.ValidatingAdmissionPolicyBinding) {
	for _, policy := range e.mutating {
		policy.bindings = mutating[policy.Name]
		if len(policy.bindings) == 0 {
			policy.bindings = []*admissionregistrationv1.MutatingAdmissionPolicyBinding{{}}
		}
	}
	for _, policy := range e.validating {
		policy.bindings = validating[policy.Name]
		if len(policy.bindings) == 0 {
			binding := &admissionregistrationv1.ValidatingAdmissionPolicyBinding{}
			binding.Spec.ValidationActions = []admissionregistrationv1.ValidationAction{admissionregistrationv1.Deny}
			policy.bindings = []*admissionregistrationv1.ValidatingAdmissionPolicyBinding{binding}
		}
	}
}

func (e *evaluator) addMutating(internal *admissionregistration.MutatingAdmissionPolicy, result *compilation) error {
	policy := versioned(internal, &admissionregistrationv1.MutatingAdmissionPolicy{})
	compiled, recording, err := compileMutating(policy)
	if err != nil {
		return err
	}
	e.mutating = append(e.mutating, compiled)
	if result.add(recording) {
		result.addInvalid(policy.Name, validation.ValidateMutatingAdmissionPolicy(internal))
	}
	return nil
}

func (e *evaluator) addValidating(internal *admissionregistration.ValidatingAdmissionPolicy, result *compilation) error {
	policy := versioned(internal, &admissionregistrationv1.ValidatingAdmissionPolicy{})
	compiled, recording, err := compileValidating(policy)
	if err != nil {
		return err
	}
	e.validating = append(e.validating, compiled)
	if result.add(recording) {
		result.addInvalid(policy.Name, validation.ValidateValidatingAdmissionPolicy(internal))
	}
	return nil
}

// versioned converts within one group of the API, which cannot fail but by a mistake here.
func versioned[T runtime.Object](internal runtime.Object, target T) T {
	if err := legacyscheme.Scheme.Convert(internal, target, nil); err != nil {
		panic(err)
	}
	return target
}

// add tells whether everything compiled.
func (c *compilation) add(recording *recordingCompiler) bool {
	c.Errors = append(c.Errors, recording.errors...)
	c.Expressions = append(c.Expressions, recording.expressions...)
	return len(recording.errors) == 0
}

// addInvalid adds what else the API server would say on creation. It compiles as well, so that whoever has errors of the
// compiler already would read them twice.
func (c *compilation) addInvalid(policy string, problems field.ErrorList) {
	for _, problem := range problems {
		c.Errors = append(c.Errors, placedError{Policy: policy, Place: problem.Field, Error: problem.ErrorBody()})
	}
}

func nameIn(document json.RawMessage) string {
	var named struct {
		Metadata struct{ Name string }
	}
	_ = json.Unmarshal(document, &named)
	return named.Metadata.Name
}
