package main

import (
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/policy/generic"
	"k8s.io/apiserver/pkg/admission/plugin/policy/matching"
	"k8s.io/apiserver/pkg/authorization/authorizerfactory"
)

// authorizer lets requesters do everything: policies that ask what someone may do need a cluster.
var authorizer = authorizerfactory.NewAlwaysAllowAuthorizer()

type decision struct {
	Policy  string              `json:"policy"`
	Message string              `json:"message"`
	Reason  metav1.StatusReason `json:"reason,omitempty"`
}

// evaluation is the answer to a review.
type evaluation struct {
	// Object is what would be stored, with its defaults.
	Object json.RawMessage `json:"object"`
	// Mutated and Reinvoked name the policies that changed something, in the first and in the second pass.
	Mutated   []string      `json:"mutated"`
	Reinvoked []string      `json:"reinvoked"`
	Denied    []decision    `json:"denied"`
	Warned    []decision    `json:"warned"`
	Errors    []placedError `json:"errors"`
	Costs     []costEntry   `json:"costs"`
}

// run is one review on its way through the policies.
type run struct {
	attributes admission.Attributes
	namespace  *corev1.Namespace
	matcher    generic.PolicyMatcher
	result     *evaluation
	// isRefused says that the API server would have ended here.
	isRefused bool
}

// target is the version of the object that a policy asked for.
type target struct {
	resource schema.GroupVersionResource
	kind     schema.GroupVersionKind
}

func (e *evaluator) evaluate(review *review) (*evaluation, error) {
	attributes, err := attributesOf(review)
	if err != nil {
		return nil, err
	}
	namespace := namespaceOf(review, attributes)
	r := &run{
		attributes: attributes,
		namespace:  namespace,
		matcher:    generic.NewPolicyMatcher(matching.NewMatcher(oneNamespace{namespace}, nil)),
		result: &evaluation{
			Mutated: []string{}, Reinvoked: []string{}, Denied: []decision{}, Warned: []decision{}, Errors: []placedError{}, Costs: []costEntry{},
		},
	}
	if err := e.mutateTwice(r); err != nil {
		return nil, err
	}
	// Whoever is refused by a mutating policy never comes to the validating ones.
	if !r.isRefused {
		for _, policy := range e.validating {
			if err := r.validate(policy); err != nil {
				return nil, err
			}
		}
	}
	e.addCosts(r.result)
	r.result.Object, err = encodeObject(attributes.GetObject(), attributes.GetKind())
	return r.result, err
}

// namespaceOf makes up a Namespace where the review only names it: selectors ask for one.
func namespaceOf(review *review, attributes admission.Attributes) *corev1.Namespace {
	name := attributes.GetNamespace()
	if review.Namespace != nil || name == "" {
		return review.Namespace
	}
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: map[string]string{corev1.LabelMetadataName: name}}}
}

// mutateTwice invokes the mutating policies, then once more those that want it, as the API server does with whatever it
// evaluated a mutation for, even one that changed nothing.
func (e *evaluator) mutateTwice(r *run) error {
	for _, policy := range e.mutating {
		policy.recorder.reset()
	}
	for _, policy := range e.validating {
		policy.recorder.reset()
	}
	first := &pass{run: r, invoked: map[*mutatingPolicy]bool{}}
	if err := first.mutate(e.mutating); err != nil {
		return err
	}
	r.result.Mutated = append(r.result.Mutated, first.changed...)
	if !first.hasMutated || r.isRefused {
		return nil
	}
	second := &pass{run: r, invoked: map[*mutatingPolicy]bool{}, eligible: first.invoked}
	err := second.mutate(e.mutating)
	r.result.Reinvoked = append(r.result.Reinvoked, second.changed...)
	return err
}

func (e *evaluator) addCosts(result *evaluation) {
	for _, policy := range e.mutating {
		if len(policy.recorder.places) > 0 {
			result.Costs = append(result.Costs, policy.recorder.entries(policy.Name)...)
		}
	}
	for _, policy := range e.validating {
		if len(policy.recorder.places) > 0 {
			result.Costs = append(result.Costs, policy.recorder.entries(policy.Name)...)
		}
	}
}

// matches asks whether a policy's constraints select the request. A policy without any, which a cluster would refuse, is
// taken for one that selects everything.
func (r *run) matches(policy generic.PolicyAccessor) (bool, target, error) {
	if policy.GetMatchConstraints() == nil {
		return true, target{r.attributes.GetResource(), r.attributes.GetKind()}, nil
	}
	isMatch, resource, kind, err := r.matcher.DefinitionMatches(r.attributes, interfaces, policy)
	return isMatch, target{resource, kind}, err
}

func (r *run) fail(policy, place string, err error, isIgnored bool) {
	r.result.Errors = append(r.result.Errors, placedError{Policy: policy, Place: place, Error: err.Error(), Ignored: isIgnored})
	r.isRefused = r.isRefused || !isIgnored
}
