package main

import (
	"context"
	"errors"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/admission"
	plugincel "k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating"
	"k8s.io/apiserver/pkg/admission/plugin/policy/mutating/patch"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// pass is one way through the mutating policies. It does what dispatchInvocations and dispatchOne of
// k8s.io/apiserver/pkg/admission/plugin/policy/mutating do, which are private.
type pass struct {
	*run
	// eligible is nil in the first pass, where every policy is.
	eligible map[*mutatingPolicy]bool
	// invoked are those that would be invoked again.
	invoked    map[*mutatingPolicy]bool
	changed    []string
	hasMutated bool
}

type invocation struct {
	policy *mutatingPolicy
	target target
}

func (p *pass) mutate(policies []*mutatingPolicy) error {
	versions := map[schema.GroupVersionKind]*admission.VersionedAttributes{}
	ctx := context.Background()
	var last *admission.VersionedAttributes
	for _, invocation := range p.invocations(policies) {
		attributes := versions[invocation.target.kind]
		if attributes == nil {
			var err error
			if attributes, err = admission.NewVersionedAttributes(p.attributes, invocation.target.kind, interfaces); err != nil {
				return err
			}
			versions[invocation.target.kind] = attributes
		}
		last = attributes
		if isEnd := p.invoke(ctx, invocation, attributes); isEnd {
			break
		}
	}
	if last == nil || last.VersionedObject.Object() == nil || !last.Dirty {
		return nil
	}
	p.hasMutated = true
	return storeObject(last)
}

// invocations selects by the object before any of the policies changed it.
func (p *pass) invocations(policies []*mutatingPolicy) []invocation {
	selected := []invocation{}
	for _, policy := range policies {
		isMatch, target, err := p.matches(mutating.NewMutatingAdmissionPolicyAccessor(policy.MutatingAdmissionPolicy))
		if err != nil {
			p.fail(policy.Name, "matchConstraints", err, policy.ignoresErrors())
		}
		if err != nil || !isMatch {
			continue
		}
		for _, binding := range policy.bindings {
			isMatch, err := p.matcher.BindingMatches(p.attributes, interfaces, mutating.NewMutatingAdmissionPolicyBindingAccessor(binding))
			if err != nil {
				p.fail(policy.Name, "matchResources", err, policy.ignoresErrors())
			} else if isMatch {
				selected = append(selected, invocation{policy, target})
			}
		}
	}
	return selected
}

func (p *mutatingPolicy) ignoresErrors() bool {
	return p.Spec.FailurePolicy != nil && *p.Spec.FailurePolicy == admissionregistrationv1.Ignore
}

// invoke tells whether the API server would have ended the request there.
func (p *pass) invoke(parent context.Context, invocation invocation, attributes *admission.VersionedAttributes) bool {
	policy := invocation.policy
	ctx := policy.compiler.CreateContext(parent)
	if policy.matcher != nil {
		match := policy.matcher.Match(ctx, attributes, nil, authorizer)
		if match.Error != nil {
			p.fail(policy.Name, matchConditions, match.Error, policy.ignoresErrors())
		}
		if match.Error != nil || !match.Matches {
			return false
		}
	}
	if p.eligible != nil && !p.eligible[policy] {
		return false
	}
	before := attributes.VersionedObject.Object()
	for i, patcher := range policy.patchers {
		if attributes.VersionedObject.Object() == nil {
			continue
		}
		policy.recorder.begin(mutationPlace(i))
		if err := p.patch(ctx, patcher, invocation.target, attributes); err != nil {
			// What is no fault of the expression is not left to failurePolicy.
			var status *apierrors.StatusError
			isEnd := errors.As(err, &status)
			p.fail(policy.Name, mutationPlace(i), err, !isEnd && policy.ignoresErrors())
			if isEnd {
				return true
			}
		}
	}
	if !apiequality.Semantic.DeepEqual(before, attributes.VersionedObject.Object()) {
		p.changed = append(p.changed, policy.Name)
	}
	if policy.Spec.ReinvocationPolicy == admissionregistrationv1.IfNeededReinvocationPolicy {
		p.invoked[policy] = true
	}
	return false
}

func (p *pass) patch(ctx context.Context, patcher patch.Patcher, target target, attributes *admission.VersionedAttributes) error {
	patched, err := patcher.Patch(ctx, patch.Request{
		MatchedResource:     target.resource,
		VersionedAttributes: attributes,
		ObjectInterfaces:    interfaces,
		OptionalVariables:   plugincel.OptionalVariableBindings{Authorizer: authorizer},
		Namespace:           p.namespace,
	}, celconfig.RuntimeCELCostBudget)
	if err != nil {
		return err
	}
	if _, isCustom := patched.(*unstructured.Unstructured); !isCustom {
		patched, err = interfaces.GetObjectConvertor().ConvertToVersion(patched, attributes.GetKind().GroupVersion())
		if err != nil {
			return err
		}
	}
	interfaces.GetObjectDefaulter().Default(patched)
	attributes.UpdateObject(patched)
	return nil
}
